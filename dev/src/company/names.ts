/**
 * Names by culture. Where a name is not written in Latin letters, or its usual Latin form is more than its letters without
 * their marks, that form follows a bar; usernames are made from it.
 */
export type NamePool = {
  readonly culture: string
  /** How often the culture comes up among ten or so. */
  readonly weight: number
  readonly isSurnameFirst?: boolean
  readonly given: readonly string[]
  readonly surnames: readonly string[]
}

const list = (text: string): readonly string[] => text.split(', ')

export const namePools: readonly NamePool[] = [
  {
    culture: 'English',
    weight: 5,
    given: list('Amelia, Oliver, Grace, Henry, Chloë, Daniel, Zoë, James, Hannah, Samuel, Ruth, Thomas, Naomi, Edward'),
    surnames: list('Walker, Bennett, Hughes, Carter, Foster, Brontë, Palmer, Wright, Ellis, Marsh, Holloway, Reid'),
  },
  {
    culture: 'German',
    weight: 5,
    given: list(
      'Anna, Jürgen|Juergen, Lena, Björn|Bjoern, Käthe|Kaethe, Moritz, Sören|Soeren, Greta, Felix, Ute, Jörg|Joerg',
    ),
    surnames: list(
      'Schäfer|Schaefer, Weiß|Weiss, Krüger|Krueger, Köhler|Koehler, Becker, Groß|Gross, Schröder|Schroeder, Vogel, Lorenz',
    ),
  },
  {
    culture: 'French',
    weight: 3,
    given: list('Élodie, François, Hélène, Benoît, Margaux, Théo, Anaïs, Loïc, Camille, Jérôme, Océane'),
    surnames: list("Lefèvre, Gauthier, D'Aubigné, Besançon, Noël, Moreau, Chevalier, Bénard, Rousseau"),
  },
  {
    culture: 'Spanish and Portuguese',
    weight: 3,
    given: list('José, Lucía, Íñigo, Inês, João, Sofía, Andrés, Conceição, Martín, Begoña, Tomás'),
    surnames: list('García, Núñez, Magalhães, Ibáñez, Gonçalves, Peña, Fernández, Araújo, Muñoz'),
  },
  {
    culture: 'Nordic',
    weight: 3,
    given: list('Søren, Åsa, Bjørn, Þóra|Thora, Mikkel, Göran, Signe, Øyvind, Linnéa, Ævar|Aevar'),
    surnames: list(
      'Nygård, Sørensen, Åkesson, Bjørnstad, Lindqvist, Guðmundsdóttir|Gudmundsdottir, Østergaard, Mäkinen',
    ),
  },
  {
    culture: 'Polish and Czech',
    weight: 3,
    given: list('Łukasz, Małgorzata, Zdeněk, Agnieszka, Jiří, Żaneta, Wojciech, Šárka, Michał, Božena'),
    surnames: list('Wójcik, Dvořák, Kowalczyk, Żak, Němec, Wiśniewski, Černý, Pawłowska, Gołębiewski'),
  },
  {
    culture: 'Vietnamese',
    weight: 2,
    isSurnameFirst: true,
    given: list('Thị Hương, Văn Đức, Minh Châu, Quốc Bảo, Thu Hà, Đình Phúc, Ngọc Ánh'),
    surnames: list('Nguyễn, Đặng, Trần, Phạm, Đỗ, Bùi'),
  },
  {
    culture: 'Chinese',
    weight: 2,
    isSurnameFirst: true,
    given: list('伟|Wei, 秀英|Xiuying, 子涵|Zihan, 建国|Jianguo, 雅婷|Yating, 晓明|Xiaoming'),
    surnames: list('李|Li, 王|Wang, 陈|Chen, 欧阳|Ouyang, 赵|Zhao'),
  },
  {
    culture: 'Russian and Ukrainian',
    weight: 2,
    given: list('Владимир|Vladimir, Ольга|Olga, Наталія|Nataliia, Сергей|Sergei, Юлия|Yulia, Богдан|Bohdan'),
    surnames: list('Соколов|Sokolov, Шевченко|Shevchenko, Кузнецов|Kuznetsov, Мельник|Melnyk, Лебедев|Lebedev'),
  },
  {
    culture: 'Irish',
    weight: 2,
    given: list('Siobhán, Pádraig, Niamh, Seán, Gráinne, Cillian, Róisín'),
    surnames: list('Ó Briain, Ní Dhomhnaill, Mac Cárthaigh, Ó Súilleabháin, Nic Giolla Phádraig, Byrne'),
  },
  {
    culture: 'South Asian',
    weight: 3,
    given: list('Priya, Arjun, Ananya, Farhan, Meera, Vikram, Ayesha, Rohan, Lakshmi'),
    surnames: list('Sharma, Iyer, Khan, Venkataraman, Patel, Chowdhury, Rao, Balasubramaniam'),
  },
  {
    culture: 'Turkish and Greek',
    weight: 2,
    given: list('Çağla, İbrahim|Ibrahim, Gülşen, Ελένη|Eleni, Νίκος|Nikos, Oğuz, Δήμητρα|Dimitra'),
    surnames: list('Yıldız, Öztürk, Παπαδόπουλος|Papadopoulos, Şahin, Αλεξίου|Alexiou, Çelik'),
  },
  {
    culture: 'African',
    weight: 2,
    given: list('Chidi, Abẹ́ní, Kwame, Amina, Thabo, Ngozi, Yaw, Zainab'),
    surnames: list("Okafor, Adébáyọ̀, Mensah, Dlamini, N'Diaye, Abubakar, Owusu"),
  },
]
